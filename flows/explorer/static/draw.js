// Draws the charts of a page from the specifications in it, in the page's colours; nothing is fetched.
(() => {
  const colour = (name) => {
    const probe = document.createElement("span");
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  };
  const look = (width) => {
    const ink = colour("--ink"), line = colour("--line"), font = getComputedStyle(document.body).fontFamily;
    const category = [1, 2, 3, 4, 5, 6, 7, 8].map((place) => colour(`--series-${place}`));
    return {
      background: "transparent", font, view: { stroke: null }, range: { category },
      axis: { labelColor: ink, titleColor: ink, gridColor: line, domainColor: line, tickColor: line, labelFontSize: 12 },
      legend: { columns: Math.max(1, Math.floor(width / 210)), labelColor: ink, titleColor: ink, labelFontSize: 12, symbolSize: 120 },
      text: { color: ink }, rule: { color: ink }, bar: { stroke: colour("--ground"), strokeWidth: 1 },
      area: { color: colour("--series-2") }, line: { strokeWidth: 2.5 },
    };
  };
  const draw = async () => {
    for (const script of document.querySelectorAll("script.chart")) {
      const place = script.nextElementSibling;
      const specification = JSON.parse(script.textContent);
      const config = look(place.clientWidth);
      await window.vegaEmbed(place, specification, { ast: true, actions: false, renderer: "svg", config, tooltip: { theme: "custom" } });
    }
  };
  // Pictures that are printed have the colours of paper, whatever those of the screen are.
  const print = window.matchMedia("print");
  document.addEventListener("DOMContentLoaded", draw);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  print.addEventListener("change", draw);
})();
