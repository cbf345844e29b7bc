// For tsc only, never served: what work in the field knows of a thing, of a photo, and of what is gone for.

interface Thing {
  table: "areas" | "sites" | "checks";
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
  /** How it stands at the portal, in a word; where nothing of it lies on this device. */
  mark?: string;
  /** Of a spot check: the speed below which a pass is to be explained. */
  least?: number;
}

/** What the form lends to a trade. */
interface FormHands {
  value: (name: string) => string;
  field: (name: string) => any;
  show: (part: string, isShown: boolean) => void;
  /** Whether something else stands in a field than the register says. */
  isOther: (name: string) => boolean;
}

/** What somebody goes out for: which things there are, which fields are filled in, what must be said. */
interface Trade {
  /** Under which name the pack lies on the shelf. */
  pack: string;
  thingsOf: (pack: any) => Thing[];
  /** The fields that are typed, the first of them the one that is always there. */
  typed: string[];
  words: { unit: string, unpacked: string, nothing: string, none: string, theirs: string, keep: string };
  facts: (thing: Thing, seen: { [name: string]: string }) => string;
  arrange: (thing: Thing, hands: FormHands) => void;
  /** What is missing: the field and the sentence. */
  problems: (thing: Thing, hands: FormHands, photos: number) => string[][];
  /** Fields that are sent empty, whatever stands in them. */
  blanked: (hands: FormHands) => string[];
}

interface Photo {
  id: string;
  name: string;
  at: string;
  lon: number | null;
  lat: number | null;
  accuracy: number | null;
}
