/** What six networks are sent: landscape, square and smaller ones of a landscape original. */
export const SIZES = [
  { width: 1920, height: 1080 },
  { width: 1280, height: 720 },
  { width: 1024, height: 576 },
  { width: 854, height: 480 },
  { width: 640, height: 360 },
  { width: 1080, height: 1080 },
];
