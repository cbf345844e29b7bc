// On the card for the field: fill in where the phone is, where the browser may tell; nothing depends on it.

function start(button) {
  const said = document.querySelector("[data-located]");
  button.hidden = false;

  function fill(position) {
    const place = position.coords;
    document.querySelector("[name=lon]").value = place.longitude.toFixed(6);
    document.querySelector("[name=lat]").value = place.latitude.toFixed(6);
    document.querySelector("[name=datum]").value = "WGS84";
    said.textContent = "已填入，误差约 " + Math.round(place.accuracy) + " 米。";
  }
  function fail() {
    said.textContent = "没有取到定位，请手工填写或留空。";
  }
  button.addEventListener("click", function () {
    said.textContent = "正在定位……";
    navigator.geolocation.getCurrentPosition(fill, fail, { enableHighAccuracy: true, timeout: 15000, maximumAge: 0 });
  });
}

const locate = document.querySelector("[data-locate]");
if (locate && window.isSecureContext && navigator.geolocation) start(locate);
