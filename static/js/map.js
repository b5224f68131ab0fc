/* The map answers at once where it can: a step or a closer look arrives without a new page, and a mouse may draw the
   map along. Which marks stand where, and what they mean, is the server's answer alone. */
(() => {
  "use strict";
  const RADIANS = Math.PI / 180;
  const northOf = (latitude) => Math.log(Math.tan(Math.PI / 4 + (latitude * RADIANS) / 2)) / RADIANS;
  const latitudeOf = (north) => (2 * Math.atan(Math.exp(north * RADIANS))) / RADIANS - 90;
  const map = () => document.querySelector("svg[data-map]");
  let asked = 0;

  /** Show the map that an address names; where that fails, go there as a link would. */
  const look = async (url, focus) => {
    const turn = ++asked;
    const address = new URL(url, location.href);
    try {
      const answer = await fetch(address, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.getElementById("map");
      if (!answer.ok || answer.redirected || !next) throw new Error(String(answer.status));
      if (turn !== asked) return;
      document.getElementById("map").replaceWith(document.adoptNode(next));
      history.replaceState(null, "", address);
      (document.getElementById(focus) ?? document.getElementById("map-in"))?.focus({ preventScroll: true });
    } catch {
      location.assign(address);
    }
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-look]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    look(link.getAttribute("href"), link.id);
  });

  let drag = null;
  const units = (event) => map().viewBox.baseVal.width / map().getBoundingClientRect().width * event;
  document.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" || event.button || !event.target.closest("svg[data-map]") || event.target.closest("a")) return;
    event.preventDefault();
    drag = { x: event.clientX, y: event.clientY, right: 0, down: 0 };
    map().classList.add("map-dragged");
  });
  document.addEventListener("pointermove", (event) => {
    if (!drag) return;
    [drag.right, drag.down] = [units(event.clientX - drag.x), units(event.clientY - drag.y)];
    const { width, height } = map().viewBox.baseVal;
    map().setAttribute("viewBox", `${-drag.right} ${-drag.down} ${width} ${height}`);
  });
  document.addEventListener("pointerup", () => {
    if (!drag) return;
    const { right, down } = drag;
    const { lat, lon, zoom, degrees, map: filters } = map().dataset;
    drag = null;
    map().classList.remove("map-dragged");
    if (Math.hypot(right, down) < 3) return;
    const latitude = latitudeOf(northOf(Number(lat)) + down * degrees);
    const view = new URLSearchParams({ lat: latitude.toFixed(5), lon: (lon - right * degrees).toFixed(5), zoom });
    look(`?${filters}${filters && "&"}${view}#map`, "");
  });
})();
