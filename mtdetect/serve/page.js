"use strict";
// Conveniences only: without them the form is sent as it is, and the report comes as a page.

const [form, text, file, send, problem, status, report, frame, save, open, drop] = [
  "form", "text", "file", "send", "problem", "status", "report", "frame", "save", "open", "drop",
].map((id) => document.getElementById(id));

let address = null; // of the report shown
let busy = false;

const show = (page) => {
  if (address) URL.revokeObjectURL(address);
  address = URL.createObjectURL(new Blob([page], { type: "text/html" }));
  frame.src = save.href = open.href = address;
  report.hidden = false;
};

// The report stands on the page at its full height, with no bar of its own to scroll.
const fit = () => {
  const root = frame.contentDocument?.documentElement;
  if (root) frame.style.height = `${Math.ceil(root.getBoundingClientRect().height) + 2}px`;
};
frame.addEventListener("load", () => {
  const root = frame.contentDocument?.documentElement;
  if (!root) return;
  new ResizeObserver(fit).observe(root);
  fit();
});

const explain = (page, code) => {
  const said = new DOMParser().parseFromString(page, "text/html").getElementById("problem");
  return said?.textContent || `The service answered with an error (${code}).`;
};

const score = async () => {
  busy = true;
  send.setAttribute("aria-disabled", "true");
  problem.textContent = "";
  report.hidden = true;
  status.textContent = "Reading the text …";
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "text/html" },
    });
    const page = await answer.text();
    status.textContent = "";
    if (answer.ok) {
      show(page);
      const title = document.getElementById("report-title");
      title.focus({ preventScroll: true });
      report.scrollIntoView();
    } else {
      problem.textContent = explain(page, answer.status);
    }
  } catch {
    status.textContent = "";
    problem.textContent = "The service cannot be reached, or the file can no longer be read.";
  }
  busy = false;
  send.removeAttribute("aria-disabled");
};

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!busy) score();
});

// Ctrl-Enter in the text sends it.
text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});

// The last thing given is what counts: one of the two is sent.
file.addEventListener("change", () => {
  if (file.files.length) text.value = "";
});
text.addEventListener("input", () => {
  if (text.value) file.value = "";
});

const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
const mark = (on) => document.body.classList.toggle("dropping", on);
addEventListener("dragover", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  mark(true);
});
addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) mark(false);
});
addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  mark(false);
  const files = event.dataTransfer.files;
  if (files.length > 1) {
    problem.textContent = "One file at a time, please.";
  } else if (files.length && !busy) {
    file.files = files;
    text.value = "";
    form.requestSubmit();
  }
});
drop.hidden = false;
