// [data-signed-in]: a page that the browser brings back from memory is asked for anew, so that nobody reads it signed out.
addEventListener("pageshow", (event) => {
  if (event.persisted && document.querySelector("[data-signed-in]")) location.reload();
});
