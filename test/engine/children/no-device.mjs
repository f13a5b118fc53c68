/** Opens an engine on a graphics device where there is none, and says how that ended. */
import { OnnxEngine } from "selftrain";

try {
  await OnnxEngine.create({ model: { folder: "nowhere" }, threads: 1, device: "gpu" });
  console.log("opened");
} catch (error) {
  console.log(error.code, error.where);
}
