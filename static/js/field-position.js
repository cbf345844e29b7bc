// Work in the field, chapter 2: where the phone is, asked only when the person presses a button or takes a photo.

const FRESH_MS = 30000;
const WAIT_MS = 20000;
let last = null;

/** The position with its accuracy and time; rejected with a sentence. */
export function locate() {
  return new Promise(function (resolve, reject) {
    if (!navigator.geolocation) {
      reject(new Error("该浏览器不支持定位。"));
      return;
    }
    navigator.geolocation.getCurrentPosition(function (found) {
      const at = found.coords;
      last = { lon: at.longitude, lat: at.latitude, accuracy: at.accuracy, at: Date.now() };
      resolve(last);
    }, function (error) {
      reject(new Error(error.code === 1 ? "未允许定位，请在浏览器设置中允许。" : "未取得定位，请到空旷处再试。"));
    }, { enableHighAccuracy: true, timeout: WAIT_MS, maximumAge: 0 });
  });
}

/** What a photo is given: the last position while it is fresh, else a new one; null where there is none. */
export function positionOfPhoto() {
  if (last && Date.now() - last.at < FRESH_MS) return Promise.resolve(last);
  return locate().catch(function () { return null; });
}
