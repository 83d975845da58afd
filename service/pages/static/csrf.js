// Sends the session's token along with every write that htmx makes.
"use strict";

function csrfToken() {
  const meta = document.querySelector('meta[name="csrf-token"]');
  return meta ? meta.content : "";
}

document.addEventListener("htmx:config:request", (event) => {
  const request = event.detail.ctx.request;
  const address = new URL(request.action, document.baseURI);
  // Another host must not learn it.
  if (!/^(GET|HEAD)$/i.test(request.method) && address.origin === location.origin) {
    request.headers["X-CSRF-Token"] = csrfToken();
  }
});
