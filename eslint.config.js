// What is served must parse in Chromium 69, so its syntax is at most that of ES2018; tests run in Node.
import js from "@eslint/js";

// tsc knows the browser's names better than a list would.
const rules = {
  ...js.configs.recommended.rules,
  "no-undef": "off",
  "eqeqeq": "error",
  "no-var": "error",
  "prefer-const": "error",
  "no-unused-vars": ["error", { args: "after-used", caughtErrors: "none" }],
  "no-unused-expressions": ["error", { allowTernary: true }],
  "no-empty": ["error", { allowEmptyCatch: true }],
};
const noGlobals = ["error", {
  selector: "AssignmentExpression[left.object.name=/^(window|self|globalThis)$/]",
  message: "Modules share by import and export.",
}];

export default [
  {
    files: ["static/js/**/*.js"],
    languageOptions: { ecmaVersion: 2018, sourceType: "module" },
    rules: { ...rules, "no-restricted-syntax": noGlobals },
  },
  // The one that no page waits for; see there.
  { files: ["static/js/entry-early.js"], languageOptions: { ecmaVersion: 2018, sourceType: "script" } },
  // Libraries as they are served: parsed, not judged.
  {
    files: ["static/vendor/**/*.js"],
    languageOptions: { ecmaVersion: 2018, sourceType: "script" },
    linterOptions: { noInlineConfig: true },
  },
  { files: ["tests/scripts/**/*.js", "eslint.config.js"], languageOptions: { ecmaVersion: 2022, sourceType: "module" }, rules },
];
