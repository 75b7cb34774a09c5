/** The far end of a measured channel: sends small pieces back, and takes large ones. */
import stoa from "stoa";

stoa.accept(async (channel) => {
  let bytes = 0;
  for await (const piece of channel) {
    if (piece.length <= 64) await channel.send(piece);
    bytes += piece.length;
  }
  await channel.send(bytes);
});
