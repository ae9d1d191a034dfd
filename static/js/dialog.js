// A link with data-confirm opens the page it leads to as a dialog: the page holds <form id="confirm">.
// Without this module the link is simply followed.

const dialog = () => document.getElementById("dialog");

async function open(link) {
  const response = await fetch(link.href, { headers: { "X-Requested-With": "fetch" } });
  if (!response.ok) throw new Error(`${response.status}`);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const form = page.getElementById("confirm");
  if (!form) throw new Error("no form");
  const box = dialog();
  box.replaceChildren(document.adoptNode(form));
  window.htmx?.process(box);
  box.showModal();
  box.addEventListener("close", () => link.isConnected && link.focus(), { once: true });
}

export function watchDialogs() {
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey) return;
    const opener = event.target.closest("[data-dialog-open]");
    if (opener) {
      event.preventDefault();
      document.getElementById(opener.dataset.dialogOpen)?.showModal();
      return;
    }
    const closer = event.target.closest("[data-dialog-close]");
    const box = event.target.closest("dialog");
    if (closer && box) {
      event.preventDefault();
      box.close();
      return;
    }
    if (event.target === box && box?.open) box.close(); // the backdrop
    const link = event.target.closest("a[data-confirm]");
    if (link) {
      event.preventDefault();
      open(link).catch(() => window.location.assign(link.href));
    }
  });
}
