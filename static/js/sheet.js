// The clerk's sheet: what is typed is saved by the change it causes. Files are files.js, walking through it is walk.js.

import "./controls.js";

// Enter saves by the change it causes; the page is never loaded anew.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("form[data-fact] input:not([type=checkbox]):not([type=radio])")) {
    event.preventDefault();
    event.target.blur();
    event.target.focus();
  }
});
