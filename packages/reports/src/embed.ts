import type { LandCertificate } from '@quhua/core';

export const SCRIPT_OPEN = '<script type="application/json" id="certificate">';
export const SCRIPT_CLOSE = '</script>';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it may stand in an element or in a quoted attribute of HTML or XML. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/gu, (letter) => ESCAPES[letter] ?? letter);
}

/** JSON that no HTML parser takes for the end of a script or the begin of a comment. */
export function scriptJson(certificate: LandCertificate): string {
  return JSON.stringify(certificate).replace(/[<>&\u2028\u2029]/gu, unicodeEscape);
}

const PROPERTY = 'certificate.';
/** Office programs promise 255 characters of a text property; 120 letters are at most 240 of them. */
const PIECE = /.{1,120}/gsu;

/** The certificate in custom properties of a document, in pieces that every office program keeps whole. */
export function jsonProperties(certificate: LandCertificate): { name: string; value: string }[] {
  const json = JSON.stringify(certificate).replace(/[\s\u007f-\u009f\ufffe\uffff]/gu, unicodeEscape);
  const pieces = json.match(PIECE) ?? [];
  return pieces.map((value, at) => ({ name: `${PROPERTY}${String(at + 1).padStart(6, '0')}`, value }));
}

/** The JSON that the properties hold, or null where a piece is missing. */
export function joinedProperties(properties: ReadonlyMap<string, string>): string | null {
  const pieces = [...properties]
    .filter(([name]) => name.startsWith(PROPERTY))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const isWhole = pieces.every(([name], at) => name === `${PROPERTY}${String(at + 1).padStart(6, '0')}`);
  return isWhole && pieces.length > 0 ? pieces.map(([, value]) => value).join('') : null;
}

function unicodeEscape(letter: string): string {
  return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
