// The reader's own choice of colours, before the page is drawn. Nothing else is ever stored.
try {
  const colours = localStorage.getItem("colours");
  if (colours) document.getElementById("dark").media = colours === "dark" ? "screen" : "not all";
} catch { /* no storage: the device decides */ }
