// The village walk begins.

import { startField } from "./field-page.js";
import { VISIT } from "./field-visit.js";

startField(VISIT);
