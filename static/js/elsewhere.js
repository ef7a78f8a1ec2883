// [hx-get]: an answer from another page (the sign-in page, once the session has ended) is no part of this one; open it.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, pathInfo } = event.detail;
  if (new URL(xhr.responseURL).pathname === new URL(pathInfo.finalRequestPath, location).pathname) return;
  event.detail.shouldSwap = false;
  location.assign(pathInfo.finalRequestPath);
});
