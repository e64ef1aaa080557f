"""The rules of the Milia Guide: every sentence names its source, or the build stops.

data.py       the sources and the claims, loaded from YAML and checked field by field
citations.py  the Markdown extension: `[@key]` citations, and the refusal of lines without one
listings.py   what is generated inside pages: the table of claims, the list of sources
drawings.py   the drawings inside pages, each label held against the cited sentences
search.py     the list of all sections for the search page, and the synonyms
included.py   pages made of other pages: the whole guide, the handout in large print
clinics.py    addresses, HTML to paste, codes to scan, downloads
ending.py     what every page ends with: its sources, dates, address and code
words.py      the words of an element, as a reader sees them
upkeep.py     what is due and when, the log of changes
links.py      asks the sources' addresses whether they answer
packages.py   licences, and what newer packages change in the pages
guide.py      all pages read as one, for the listings and for the commands
publish.py    what publishing adds to a built site: fewer bytes, a security policy
__main__.py   the commands: `python -m milia_guide check`, and so on
"""

from milia_guide.citations import CitationExtension


def makeExtension(**options):  # Python-Markdown asks for this name
    """Return the extension for `markdown_extensions: [milia_guide]` in mkdocs.yml."""
    return CitationExtension(**options)
