// Looks a page over; gives back a sentence for each thing that is wrong.
() => {
  const found = [];
  const shown = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const named = (one) => `${one.tagName.toLowerCase()}${one.id ? `#${one.id}` : ""}.${one.className?.baseVal ?? one.className} “${(one.textContent || "").trim().slice(0, 24)}”`;

  for (const one of document.querySelectorAll(":is(input:not([type=hidden]), select, textarea):not([hidden])")) {
    if (!one.labels?.length && !one.getAttribute("aria-label")) found.push(`no label: ${named(one)} ${one.name}`);
  }
  for (const one of document.querySelectorAll("button, a[href], summary")) {
    const words = (one.getAttribute("aria-label") || one.textContent).trim();
    if (shown(one) && !words) found.push(`no words: ${named(one)}`);
  }
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  for (const id of new Set(ids.filter((one, at) => ids.indexOf(one) !== at))) found.push(`id twice: ${id}`);
  if (document.querySelectorAll("h1").length !== 1) found.push("not one h1");
  const ranks = [...document.querySelectorAll("h1, h2, h3, h4")].filter(shown).map((one) => Number(one.tagName[1]));
  if (ranks.some((rank, at) => at && rank > ranks[at - 1] + 1)) found.push(`a level of headings is left out: ${ranks.join(" ")}`);
  for (const one of document.querySelectorAll("th")) if (!one.textContent.trim()) found.push(`no words: ${named(one)}`);
  if (!document.title.includes(" · ")) found.push("no title");

  // WCAG 2.2: relative luminance, contrast 4.5 : 1, for large text 3 : 1.
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], [x, y, z]) => [r * a + x * (1 - a), g * a + y * (1 - a), b * a + z * (1 - a), 1];
  const behind = (one) => {
    const layers = [];
    for (let at = one; at; at = at.parentElement) {
      const layer = rgba(getComputedStyle(at).backgroundColor);
      if (layer[3] > 0) layers.push(layer);
      if (layer[3] === 1) break;
    }
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
  };
  const light = (colour) => colour.slice(0, 3).map((one) => one / 255)
    .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
    .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  while (texts.nextNode()) {
    const one = texts.currentNode.parentElement;
    if (!texts.currentNode.textContent.trim() || seen.has(one) || !shown(one)) continue;
    seen.add(one);
    if (one.closest("option, noscript, script, .visually-hidden, :disabled")) continue;
    const style = getComputedStyle(one);
    const ground = behind(one);
    const pair = [light(over(rgba(style.color), ground)), light(ground)].sort((a, b) => b - a);
    const contrast = (pair[0] + 0.05) / (pair[1] + 0.05);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (contrast < (isLarge ? 3 : 4.5)) found.push(`contrast ${contrast.toFixed(2)}: ${named(one)}`);
  }

  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > room) {
    const wide = [...document.querySelectorAll("body *")].filter((one) => shown(one) && one.getBoundingClientRect().right > room + 1);
    found.push(`wider than the window: ${wide.slice(0, 3).map(named).join(", ")}`);
  }
  return found;
}
