// Searches the index of an exported blog: words, beginnings of words, tags and authors.
const alone =
  "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3005-\\u3007\\u3041-\\u30ff\\u31f0-\\u31ff" +
  "\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\uff66-\\uff9f\\u{20000}-\\u{3ffff}";
const word = new RegExp(`[${alone}]|(?:(?![${alone}])[\\p{Alphabetic}\\p{N}])+`, "gu");
const typed = { ß: "ss", æ: "ae", œ: "oe", þ: "th", ø: "o", ł: "l", đ: "d", ð: "d", ı: "i", ς: "σ" };
const SHOWN = 10;

const known = {};
const load = (name) =>
  (known[name] ??= fetch(`/-/search/${name}.json`).then((answer) => (answer.ok ? answer.json() : {})));

export const words = (text) =>
  text.normalize("NFKD").toLowerCase()
    .replace(/[\p{M}\u00ad\u200b-\u200d\u2060\ufeff]/gu, "")
    .replace(/[ßæœþøłđðıς]/g, (letter) => typed[letter])
    .match(word) || [];

// By post: how much it says of one word; a longer word counts half.
const weights = async (text, begins, split) => {
  const letters = [...text].slice(0, split).map((letter) => letter.codePointAt(0).toString(16));
  const lists = await load("w-" + letters.join("-"));
  const names = begins && [...text].length >= 2
    ? Object.keys(lists).filter((name) => name.startsWith(text))
    : Object.hasOwn(lists, text) ? [text] : [];
  const found = new Map();
  for (const name of names)
    for (let at = 0; at < lists[name].length; at += 2) {
      const post = lists[name][at], weight = lists[name][at + 1];
      const says = (weight / (weight + 3)) * (name == text ? 1 : 0.5);
      found.set(post, Math.max(says, found.get(post) || 0));
    }
  return found;
};

export const search = async (query) => {
  const { split, posts, batch } = await load("index");
  const filters = [];
  const rest = query.replace(/(^|\s)(tag|author):("[^"]+"?|[^\s"]\S*)/giu, (_, space, kind, name) => {
    filters.push((kind.toLowerCase() == "tag" ? "#" : "@") + words(name).join(" "));
    return " ";
  });
  const wanted = words(rest);
  const last = /[\p{Alphabetic}\p{N}*]$/u.test(rest) ? wanted.length - 1 : -1;
  const lists = await Promise.all([
    ...filters.map((name) => weights(name, false, split)),
    ...wanted.map((name, at) => weights(name, at == last, split)),
  ]);
  const scores = new Map();
  for (const list of lists) {
    const rare = Math.log(1 + (posts - list.size + 0.5) / (list.size + 0.5));
    for (const [post, says] of list) {
      const [count, score] = scores.get(post) || [0, 0];
      scores.set(post, [count + 1, score + says * rare]);
    }
  }
  const every = [...scores].filter(([post]) => lists.slice(0, filters.length).every((list) => list.has(post)));
  const most = Math.max(0, ...every.map(([, [count]]) => count));
  const best = every.filter(([, [count]]) => count == most);
  best.sort(([a, [, one]], [b, [, other]]) => other - one || a - b);
  const results = best.slice(0, SHOWN).map(async ([post]) => {
    const [url, title, published, date, excerpt] = (await load("p-" + Math.floor(post / batch)))[post % batch];
    return { url, title, published, date, excerpt };
  });
  return { query, total: best.length, results: await Promise.all(results) };
};
