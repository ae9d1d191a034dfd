// Beats as often as it is told, in ms: a worker's timers go on where the page's are held back.

let beating = 0;
addEventListener("message", ({ data }) => {
  clearInterval(beating);
  beating = setInterval(() => postMessage(null), data);
});
