// For tsc only, never served: what the village walk knows of a thing and of a photo.

interface Thing {
  table: "areas" | "sites";
  key: string;
  /** Table and key. */
  about: string;
  name: string;
  kind: string;
  areaCode: string;
  /** The names of the areas around it. */
  place: string;
  where: { lon: number, lat: number } | null;
  initials: string;
  visited: string;
  hasHouseholds: boolean;
  isSite: boolean;
  /** What the register says, in the fields by which the portal knows what the visitor had before him. */
  seen: { [name: string]: string };
  remarks: string[];
  metres?: number;
}

interface Photo {
  id: string;
  name: string;
  at: string;
  lon: number | null;
  lat: number | null;
  accuracy: number | null;
}
