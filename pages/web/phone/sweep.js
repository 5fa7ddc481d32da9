// What was sent to this phone, and what was recorded on it, read together: the day, its stops, which is next, what is done.
(function (G) {
  'use strict';
  G.OUTCOMES = ['met', 'staff_only', 'filed', 'not_in', 'refused', 'moved', 'closed'];
  const COUNTS = state => state !== 'differs' && state !== 'refused' && state !== 'settled';

  // The day it is where the branch is, whatever zone the phone thinks it is in.
  G.today = function (pack) {
    const parts = new Intl.DateTimeFormat('en-CA', { timeZone: pack.time_zone, year: 'numeric', month: '2-digit', day: '2-digit' });
    return parts.format(new Date());
  };

  G.firstDay = function (pack) {
    const days = pack.days.map(each => each.day), today = G.today(pack);
    return days.includes(today) ? today : days.find(day => day > today) || days[days.length - 1];
  };

  G.dayOf = (pack, day) => pack.days.find(each => each.day === day) || pack.days[0];
  G.doorsOf = day => day ? day.stops.flatMap(stop => stop.doors) : [];

  // The last record of each organisation: from the server, then from the outbox.
  G.doneBy = function (pack, entries) {
    const done = new Map(Object.entries(pack.done || {}));
    [...entries].sort((one, other) => one.made_at - other.made_at).forEach(entry => {
      if (entry.org_id && COUNTS(entry.state)) done.set(entry.org_id, { outcome: entry.outcome, entry });
    });
    return done;
  };

  G.progress = function (day, done) {
    const doors = G.doorsOf(day);
    return { all: doors.length, done: doors.filter(door => done.has(door.org_id)).length };
  };

  G.nextStop = (day, done) => day.stops.find(stop => stop.doors.some(door => !done.has(door.org_id))) || null;
  G.isDone = (stop, done) => stop.doors.every(door => done.has(door.org_id));
  G.stopName = stop => stop.building || stop.doors[0].address || G.said(stop.doors[0].name);
  G.doorPlace = door => [door.floor && G.t('floor', { floor: door.floor }), door.room].filter(Boolean).join(' · ');

  // Metres between two points, on a sphere.
  G.metres = function (one, other) {
    const rad = Math.PI / 180, x = (other.lon - one.lon) * rad * Math.cos((one.lat + other.lat) / 2 * rad), y = (other.lat - one.lat) * rad;
    return Math.hypot(x, y) * 6371000;
  };

  // Where the phone is, asked once and kept nowhere by this function; null where it is not told.
  G.locate = () => new Promise(done => {
    if (!navigator.geolocation) { done(null); return; }
    const five = number => Math.round(number * 1e5) / 1e5;
    navigator.geolocation.getCurrentPosition(
      found => done({ lat: five(found.coords.latitude), lon: five(found.coords.longitude), accuracy_m: Math.round(found.coords.accuracy) }),
      () => done(null), { enableHighAccuracy: true, timeout: 8000, maximumAge: 15000 });
  });

  // A picture shrunk on the phone: at most 1280 px, JPEG, without anything the camera wrote into it; null where it is no picture.
  G.shrink = async function (file) {
    let picture;
    try {
      picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
    } catch (error) {
      console.warn('no picture: ' + error);
      return null;
    }
    for (const [side, quality] of [[1280, 0.8], [1280, 0.6], [960, 0.5]]) {
      const scale = Math.min(1, side / Math.max(picture.width, picture.height)), canvas = document.createElement('canvas');
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise(done => canvas.toBlob(done, 'image/jpeg', quality));
      if (blob && blob.size <= 600000) return new Uint8Array(await blob.arrayBuffer());
    }
    return null;
  };
})(self.gmPhone);
