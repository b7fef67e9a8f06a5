/** Texts as literals of Python and of shells: whoever pastes them gets that text, and nothing else runs. */

// What would be seen as something else, or not at all: controls, directions, and widths of nothing.
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

const escaped = (unit: string): string => {
  const code = unit.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
};

/** A literal of Python. */
export const python = (text: string): string => `"${text.replace(/["\\]/g, "\\$&").replace(unseen, escaped)}"`;

/** A word of bash and zsh. */
export const shell = (text: string): string => {
  if (/^[\w@%+=:,./-]+$/.test(text)) {
    return text;
  }
  return text.search(unseen) < 0
    ? `'${text.replaceAll("'", "'\\''")}'`
    : `$'${text.replace(/['\\]/g, "\\$&").replace(unseen, escaped)}'`;
};

/** A word that no command takes for an option, for the end of its line. */
export const argument = (text: string): string => (text.startsWith("-") ? `-- ${shell(text)}` : shell(text));
