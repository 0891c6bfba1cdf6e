import type { LandCertificate } from '@quhua/core';
import { escaped } from './embed.ts';
import { clean } from './words.ts';

export const SONG = '方正小标宋简体';
export const FANG_SONG = '仿宋_GB2312';
export const HEI = '黑体';

/** What an office program may take where a font is not installed; the first that it has. */
const INSTEAD: readonly (readonly [font: string, family: string, instead: string])[] = [
  [SONG, 'roman', '华文中宋,STZhongsong,宋体,SimSun,Noto Serif CJK SC'],
  [FANG_SONG, 'modern', '仿宋,FangSong,华文仿宋,STFangsong,Noto Serif CJK SC'],
  [HEI, 'swiss', 'SimHei,微软雅黑,Microsoft YaHei,Noto Sans CJK SC'],
];

const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const WORD = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';

/** Parts that the writer of the document cannot say: names for missing fonts, and times that are the certificate's own. */
export function fixedParts(certificate: LandCertificate, title: string): { path: string; data: string }[] {
  return [
    { path: 'word/fontTable.xml', data: fontTable() },
    { path: 'docProps/core.xml', data: coreProperties(certificate, title) },
  ];
}

function fontTable(): string {
  const fonts = INSTEAD.map(
    ([name, family, instead]) =>
      `<w:font w:name="${name}"><w:altName w:val="${instead}"/><w:charset w:val="86"/><w:family w:val="${family}"/></w:font>`,
  );
  return `${DECLARATION}<w:fonts xmlns:w="${WORD}">${fonts.join('')}</w:fonts>`;
}

function coreProperties({ issuedAt, number, jurisdiction }: LandCertificate, title: string): string {
  const instant = new Date(issuedAt).toISOString().replace(/\.\d+Z$/u, 'Z');
  const time = (name: string) => `<dcterms:${name} xsi:type="dcterms:W3CDTF">${instant}</dcterms:${name}>`;
  return `${DECLARATION}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>${escaped(title)}</dc:title><dc:subject>${escaped(clean(number))}</dc:subject><dc:creator>${escaped(clean(jurisdiction.name))}</dc:creator>${time('created')}${time('modified')}</cp:coreProperties>`;
}

/** Words across the page behind the text, as Word itself writes a watermark, under an id that does not change. */
export function watermarkXml(text: string): string {
  const style =
    'position:absolute;margin-left:0;margin-top:0;width:540pt;height:80pt;rotation:308;z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:page;mso-position-vertical:center;mso-position-vertical-relative:page';
  const shapeType =
    '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas><v:path textpathok="t" o:connecttype="custom"/><v:textpath on="t" fitshape="t"/></v:shapetype>';
  return `<w:pict>${shapeType}<v:shape id="PowerPlusWaterMarkObject1" o:spid="_x0000_s2049" type="#_x0000_t136" style="${style}" o:allowincell="f" fillcolor="#c8102e" stroked="f"><v:fill opacity=".25"/><v:textpath style="font-family:&quot;${HEI}&quot;;font-size:1pt;font-weight:bold" string="${escaped(text)}"/></v:shape></w:pict>`;
}
