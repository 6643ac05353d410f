// Small helpers; every page can be read without them.
"use strict";
