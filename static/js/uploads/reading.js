// What is read of a file before it is sent: its hash, and a name where it came without one of its own.

export const sha256 = async (file) => {
  try {
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  } catch {
    return ""; // it cannot be read any more, or is too large to hold: sending it will say so
  }
};

const two = (number) => String(number).padStart(2, "0");

// A camera and a clipboard call every picture "image.png": such a one gets the kind and the time, to the second.
let last = "";
let same = 0;
export const renamed = (file, word) => {
  if (!/^(image|photo|blob)?\d*\.\w+$/i.test(file.name)) return file;
  const now = new Date();
  const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join("-");
  const name = `${word} ${day} ${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
  same = name === last ? same + 1 : 1;
  last = name;
  const ending = file.name.slice(file.name.lastIndexOf("."));
  return new File([file], `${name}${same > 1 ? ` (${same})` : ""}${ending}`, { type: file.type });
};

export const sizeText = (size) => (size >= 1e6 ? `${(size / 1e6).toFixed(1)} MB` : `${Math.max(1, Math.round(size / 1e3))} KB`);
