// Ranks the sections of the guide for what a reader typed. MiniSearch finds and weighs the words; this file
// reads a question: which words count, which mean the same, which are mistyped, and when there is no answer.
"use strict";

const searchRanking = (() => {
  // Words that say nothing of the subject, and words that only help to choose among headings.
  const STOP = new Set((
    "a about after all also am an and any are around as at be because been best but by can can't cant come comes could " +
    "did do does doesn't don't dont for from get gets getting give go going good had happen happens has have having he " +
    "help helps her his i i'm i've if im in into is isn't it it's its ive just keep let like make me mean much mine my myself " +
    "near need normal of often ok okay on one onto or our out please possible put really she should shouldn't so some such " +
    "take tell than that the their them then there these they thing this those to too try under up us use used using wear " +
    "very want was we were will with without won't wont work works would you your yours").split(" "));
  const ASKS = new Set("what where when why how who which long not".split(" "));
  const UNKNOWN = 4.5; // what a word that nobody knows weighs: as much as a rare one
  const FLOORS = { subject: .3, other: .55 }; // the share of a question that a section must hold to be shown

  // Cuts a word down to what its forms share: popping, popped, pops: pop. Rough, but alike for page and reader.
  const stem = word => {
    word = word.replace(/'s?$/, "").replace(/ae/g, "e").replace(/our/, "or").replace(/is(?=(e|ed|er|ers|es|ing|ation)$)/, "iz");
    if (word.length > 3) word = word.replace(/(ss|sh|ch|x|z)es$/, "$1").replace(/ies$/, "y").replace(/([^su])s$/, "$1");
    if (word.length > 4) {
      const cut = word.endsWith("eed") ? word : word.replace(/(ations?|ions?|ing|ed|or|als?|ic)$/, "");
      if (cut.length > 2 && /[aeiouy]/.test(cut)) word = cut.replace(/([bdfgmnprt])\1$/, "$1");
    }
    return word.length > 3 ? word.replace(/[ey]$/, "") : word;
  };
  const STOP_STEMS = new Set([...STOP].map(stem));
  const words = text => text.toLowerCase().replace(/[’‘]/g, "'").match(/[a-z0-9]+(?:[-'][a-z0-9]+)*/g) || [];
  const join = word => word.replace(/-/g, "");
  const parts = word => word.includes("-") ? [join(word), ...word.split("-")] : [word]; // make-up: makeup, make, up
  const stems = text => words(text).flatMap(parts).map(stem);

  // Where a wording ends that begins at a place of a text, 0 if it does not; "the" or "my" may stand in between.
  const end = (wording, text, at) => {
    for (const [n, term] of wording.entries()) {
      while (n && text[at] !== term && STOP_STEMS.has(text[at])) at++;
      if (text[at++] !== term) return 0;
    }
    return at;
  };

  // sections: [{ title, lines, weight, opens }]; synonyms: [[word, ...], ...], the topic's group first.
  // Returns a function that takes a question and returns [{ section, line, says }], the best first;
  // says(word) tells whether a word of the section is one that was looked for.
  return (sections, synonyms) => {
    const asStems = { tokenize: text => words(text).flatMap(parts), processTerm: stem };
    const asTyped = { tokenize: text => text.split(" "), processTerm: term => term };
    const index = new MiniSearch({ fields: ["title", "text"], ...asStems, searchOptions: {
      ...asTyped, combineWith: "AND", boost: { title: .6 } } });
    const entries = sections.map((section, id) => ({
      ...section, id, section, text: section.lines.join("\n"),
      stems: [section.title, ...section.lines].map(stems),
      name: stems(section.title.split(",")[0]).filter(term => !STOP_STEMS.has(term)),
    }));
    index.addAll(entries);
    const groups = synonyms.map(group => group.map(word => words(word).map(join).map(stem)));
    // All that the guide or a synonym says, to mend typos with.
    const known = new Set([...entries.map(({ title, text }) => `${title} ${text}`), ...synonyms.flat()].flatMap(words).flatMap(parts));
    const knownStems = new MiniSearch({ fields: ["id"], ...asTyped });
    knownStems.addAll([...new Set([...known].map(stem))].map(id => ({ id })));

    const mend = (word, term, beingTyped) => {
      const begun = beingTyped && term.length > 2 && knownStems.search(term, { prefix: true })[0];
      if (begun || word.length < 5) return begun ? begun.id : term;
      const swap = n => term.slice(0, n) + term[n + 1] + term[n] + term.slice(n + 2);
      const swapped = [...term.slice(1)].map((_, n) => swap(n)).find(other => knownStems.has(other));
      const near = knownStems.search(term, { fuzzy: word.length < 8 ? 1 : 2 }).find(({ id }) => id[0] === term[0]);
      return swapped || (near ? near.id : term);
    };

    // Cuts a question into concepts, each with all the wordings that mean it, and words that only ask.
    const read = query => {
      const typed = words(query).flatMap(word => known.has(join(word)) ? [join(word)] : word.split("-"));
      for (let i = 0; i + 1 < typed.length; i++) // sun screen: sunscreen
        if (known.has(typed[i] + typed[i + 1])) typed.splice(i, 2, typed[i] + typed[i + 1]);
      const stop = typed.map(word => STOP.has(word) || /^\d+$/.test(word));
      const sure = typed.map((word, i) => stop[i] || ASKS.has(word) || knownStems.has(stem(word)));
      const terms = typed.map((word, i) => sure[i] ? stem(word) : mend(word, stem(word), i === typed.length - 1 && !/\s$/.test(query)));
      const concepts = [], asks = [];
      for (let i = 0, next; i < terms.length; i = next) {
        let found = null;
        next = i + 1;
        for (const group of groups) for (const wording of group) {
          const at = end(wording, terms, i);
          if (at > (found ? next : i)) [found, next] = [{ own: wording, group, sure: sure[i], topic: group === groups[0] }, at];
        }
        if (found) concepts.push(found);
        else if (ASKS.has(typed[i])) asks.push(terms[i]);
        else if (!stop[i]) concepts.push({ own: [terms[i]], group: [[terms[i]]], sure: sure[i], alone: true });
      }
      return { concepts, asks };
    };

    // How well each section says a concept: a Map from its id to a value of about 0 to 1, and the words it says.
    const say = ({ own, group }) => {
      const said = new Map();
      for (const wording of group) {
        const found = index.search(wording.join(" ")).filter(({ id }) =>
          wording.length === 1 || entries[id].stems.some(line => line.some((_, at) => end(wording, line, at))));
        // One measure for all wordings, rare and common: the best that a reader page has.
        const top = (found.find(({ id }) => entries[id].weight > .5) || found[0] || {}).score;
        for (const { id, score, terms, match } of found) {
          const inHeading = Object.values(match).some(fields => fields.includes("title"));
          const value = Math.min(1, score / top) * (inHeading ? 1 : .75) * (wording === own ? 1 : .8);
          const before = said.get(id) || { value: 0, terms: [] };
          said.set(id, {
            value: Math.max(value, before.value) + .15 * Math.min(value, before.value),
            terms: [...before.terms, ...terms],
          });
        }
      }
      return said;
    };

    return query => {
      const { concepts, asks } = read(query);
      const asked = new Set(stems(query)), results = new Map();
      let whole = 0;
      for (const concept of concepts) {
        const said = say(concept);
        const mass = said.size ? Math.log(1 + (entries.length - said.size + .5) / (said.size + .5)) : UNKNOWN; // BM25's idf
        whole += mass;
        // What a synonym or a heading says is a subject of the guide; any other word may stand there by chance.
        const subject = concept.sure && (!concept.alone || entries.some(({ weight, stems }) => weight > .5 && stems[0].includes(concept.own[0])));
        for (const [id, { value, terms }] of said) {
          const result = results.get(id) || { entry: entries[id], score: 0, held: 0, said: [], subject: false };
          result.score += mass * value;
          result.held += mass * (concept.sure ? 1 : .6);
          result.subject ||= subject;
          result.said.push({ mass, terms });
          results.set(id, result);
        }
      }
      for (const term of asks) for (const { id, score } of index.search(term, { fields: ["title"] }))
        if (results.has(id)) results.get(id).score += .1 * score;

      const topic = concepts.some(concept => concept.topic), onlyTopic = concepts.every(concept => concept.topic);
      const ranked = [...results.values()].filter(({ held, subject }) =>
        topic || held / whole > (subject ? FLOORS.subject : FLOORS.other));
      for (const result of ranked) {
        const { entry, said } = result, terms = new Set(said.flatMap(({ terms }) => terms));
        const inLine = entry.stems.map(line => said.reduce((sum, { mass, terms }) => sum + mass * terms.some(term => line.includes(term)), 0));
        const best = inLine.indexOf(Math.max(...inLine.slice(1)), 1);
        const named = entry.name.length && entry.name.every(term => asked.has(term) || terms.has(term));
        result.score *= result.held / whole * (1 + Math.max(...inLine) / whole); // all of it, and in one sentence
        result.score *= named ? 1.5 : entry.weight; // a source that is named is what is looked for
        if (onlyTopic && entry.opens) result.score *= entry.id === 0 ? 4 : 2; // "milia": the guide's beginning
        const says = word => stems(word).some(term => terms.has(term));
        Object.assign(result, { section: entry.section, line: entry.lines[best - 1] || "", says });
      }
      ranked.sort((a, b) => b.score - a.score || a.entry.id - b.entry.id);
      return ranked.filter(({ score }) => score > ranked[0].score / 8);
    };
  };
})();
