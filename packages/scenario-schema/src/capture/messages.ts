/** A text that ends with a zero byte, and where the next field begins. */
export const readString = (body: Buffer, start: number): { readonly text: string; readonly end: number } => {
  const end = body.indexOf(0, start);
  return { text: body.toString('utf8', start, end < 0 ? body.length : end), end: end + 1 };
};

/** Splits a stream of one side of a PostgreSQL connection into messages. */
export class MessageReader {
  #rest: Buffer = Buffer.alloc(0);

  /** @param isTyped false for the client, whose first message has no type byte */
  constructor(
    private isTyped: boolean,
    private readonly receive: (type: string, body: Buffer) => void,
  ) {}

  /** Reads the next bytes. */
  read(chunk: Buffer): void {
    let rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const start = this.isTyped ? 1 : 0;
      if (rest.length < start + 4) break;
      const end = start + rest.readInt32BE(start);
      if (rest.length < end) break;
      if (this.isTyped) this.receive(String.fromCharCode(rest[0] ?? 0), rest.subarray(start + 4, end));
      this.isTyped = true;
      rest = rest.subarray(end);
    }
    this.#rest = Buffer.from(rest);
  }
}
