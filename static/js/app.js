// One behaviour a file. Every page works without any of them; each names the attribute it hooks on.
import "./menu.js";
import "./search.js";
import "./keys.js";
import "./select.js";
import "./copy.js";
import "./reveal.js";
import "./print.js";
import "./timezone.js";
import "./back.js";
import "./elsewhere.js";
import "./once.js";
