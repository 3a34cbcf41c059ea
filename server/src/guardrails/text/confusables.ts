/** Letters of other scripts and styles that look like Latin ones and that NFKC leaves as they are. */
const LOOKALIKES: readonly (readonly [latin: string, lookalikes: string])[] = [
  ['a', 'аɑαᴀɐ⍺'],
  ['b', 'вьʙƄ'],
  ['c', 'сϲᴄⅽɔ'],
  ['d', 'ԁɗᴅ'],
  ['e', 'еєҽɛᴇǝəε'],
  ['f', 'ƒꜰɟϝ'],
  ['g', 'ɡɢƃց'],
  ['h', 'һհʜɥнη'],
  ['i', 'іıɪιἰӏ'],
  ['j', 'јᴊɾϳ'],
  ['k', 'кκᴋʞ'],
  ['l', 'ⅼʟ'],
  ['m', 'мᴍɯ'],
  ['n', 'ոɴпи'],
  ['o', 'оοօᴏσ0'],
  ['p', 'рρᴘ'],
  ['q', 'ԛգ'],
  ['r', 'гʀɹя'],
  ['s', 'ѕꜱʂ'],
  ['t', 'тτᴛʇ'],
  ['u', 'υսᴜцᥙ'],
  ['v', 'ѵνᴠʌ'],
  ['w', 'ԝѡωшᴡʍ'],
  ['x', 'хχ×'],
  ['y', 'уүγʏʎ'],
  ['z', 'ᴢʐ'],
];

const LATIN_OF = new Map<number, number>();
for (const [latin, lookalikes] of LOOKALIKES) {
  for (const lookalike of lookalikes) {
    const code = lookalike.codePointAt(0) ?? 0;
    if (code > 0x7f) LATIN_OF.set(code, latin.charCodeAt(0));
  }
}

/** The lower-case Latin letter that a character of another script looks like; undefined when it looks like none. */
export function latinLookalike(code: number): number | undefined {
  return LATIN_OF.get(code);
}
