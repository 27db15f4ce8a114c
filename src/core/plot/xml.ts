const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Control characters and halves of characters: XML knows no way to write them. */
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** Text as XML holds it, in an element or an attribute. */
export function escapeXml(text: string): string {
  return text.replace(FORBIDDEN, '\ufffd').replace(/[&<>"']/g, (found) => ENTITIES[found]);
}

/** An element; attributes are escaped, `children` are XML already. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  children = '',
): string {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escapeXml(String(value))}"`,
  );
  return `<${name}${written.join('')}${children === '' ? '/>' : `>${children}</${name}>`}`;
}

/** An element that holds text. */
export function textElement(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  text: string,
): string {
  return element(name, attributes, escapeXml(text));
}
