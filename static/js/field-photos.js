// Work in the field, chapter 3: photos. Each is made smaller on the phone and kept at once, sealed, with its time and place.

import { positionOfPhoto } from "./field-position.js";

const LONGEST = 1600;
const LEAST = 200;
const QUALITY = 0.82;
const THUMB = 96;

/** The picture in a size that a village's network carries; rejected with a sentence when it is none. */
export async function smaller(file) {
  const image = await createImageBitmap(file).catch(function () { throw new Error("“" + file.name + "”不是照片，未保存。"); });
  if (Math.min(image.width, image.height) < LEAST) throw new Error("“" + file.name + "”过小，未保存。");
  const share = Math.min(1, LONGEST / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(LEAST, Math.round(image.width * share));
  canvas.height = Math.max(LEAST, Math.round(image.height * share));
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise(function (resolve) { canvas.toBlob(resolve, "image/jpeg", QUALITY); });
}

async function thumb(blob) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = THUMB;
  const image = await createImageBitmap(blob);
  const side = Math.min(image.width, image.height);
  const x = (image.width - side) / 2;
  const y = (image.height - side) / 2;
  canvas.getContext("2d").drawImage(image, x, y, side, side, 0, 0, THUMB, THUMB);
  return canvas;
}

/**
 * @param {HTMLElement} list
 * @param {HTMLElement} said
 * @param {number} most
 * @param {() => Promise<void>} changed they have to be kept with the draft
 */
export function makePhotos(list, said, most, changed) {
  /** @type {OfflineStore} */
  let store = null;
  /** @type {Photo[]} */
  let photos = [];

  async function draw() {
    const drawn = await Promise.all(photos.map(item));
    list.textContent = "";
    drawn.forEach(function (each) { list.appendChild(each); });
  }
  async function item(photo, n) {
    const row = document.createElement("li");
    const blob = await store.blob(photo.id);
    if (blob) {
      const canvas = await thumb(blob);
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", "第 " + (n + 1) + " 张照片");
      row.appendChild(canvas);
    }
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-outline-secondary";
    button.textContent = "删除";
    button.setAttribute("aria-label", "删除第 " + (n + 1) + " 张照片");
    button.addEventListener("click", function () { remove(photo); });
    row.appendChild(button);
    return row;
  }

  async function remove(photo) {
    photos = photos.filter(function (each) { return each !== photo; });
    await changed();
    await store.dropBlobs([photo]);
    said.textContent = "";
    await draw();
  }

  async function add(file) {
    if (photos.length >= most) throw new Error("最多 " + most + " 张照片。");
    const taken = file.lastModified || Date.now();
    const blob = await smaller(file);
    const here = await positionOfPhoto();
    const id = await store.keepBlob(blob);
    photos = photos.concat([{
      id: id, name: (file.name || "photo").replace(/\.[^.]*$/, "") + ".jpg", at: new Date(taken).toISOString(),
      lon: here ? here.lon : null, lat: here ? here.lat : null, accuracy: here ? here.accuracy : null,
    }]);
    await changed();
    said.textContent = here ? "照片已存在本机，误差约 " + Math.round(here.accuracy) + " 米。" : "照片已存在本机，未取得位置。";
  }

  return {
    begin: async function (ofStore, kept) {
      store = ofStore;
      photos = kept;
      said.textContent = "";
      await draw();
    },
    all: function () { return photos; },
    take: async function (files) {
      said.textContent = "正在保存照片……";
      for (const file of Array.from(files)) {
        try { await add(file); } catch (error) { said.textContent = error.message || "手机存储空间不足，照片未保存。"; }
      }
      await draw();
    },
  };
}
