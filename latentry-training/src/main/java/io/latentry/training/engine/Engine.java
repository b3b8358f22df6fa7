package io.latentry.training.engine;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.presets.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** The engine as a whole, and where this process trains: one device, chosen once. */
public final class Engine {
  private static final String BUILD = "org.bytedeco.javacpp.platform.extension";
  private static final String FOR_CPU = "-cpu";
  private static final String FOR_GPU = "-gpu";

  /** What somebody has set by hand stays. */
  private static final boolean CHOOSES_BUILD = System.getProperty(BUILD) == null;

  static {
    // JavaCPP reads these as its own classes load. It would ask the kernel for the size of the
    // process before each tensor, a tenth of a training step; and look for the thirty libraries of
    // a GPU in every file of the class path, half of the time that the engine takes to load.
    setUnlessGiven("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    setUnlessGiven(BUILD, hasGpuJars() ? FOR_GPU : FOR_CPU);
  }

  private static final String LOCK = ".latentry.lock";

  private static volatile boolean isLoaded;
  private static volatile @Nullable Device device;

  private Engine() {}

  /**
   * Decides where this process trains, before it does. For the processor the build without a GPU's
   * libraries is loaded, whatever else the class path has.
   *
   * @throws IllegalStateException if a GPU is asked for and cannot be had
   * @throws UnsatisfiedLinkError if the engine cannot be loaded
   */
  public static Device use(DeviceChoice asked) {
    if (CHOOSES_BUILD && !isLoaded) {
      System.setProperty(BUILD, asked != DeviceChoice.CPU && hasGpuJars() ? FOR_GPU : FOR_CPU);
    }
    Device chosen = asked.among(Engine::gpu);
    if (chosen.equals(Device.CUDA)) {
      // cuDNN rounds to ten bits where it may, and takes whichever sum is ready first.
      torch.globalContext().setAllowTF32CuDNN(false);
      torch.globalContext().setDeterministicCuDNN(true);
    }
    use(chosen);
    return chosen;
  }

  /** What was decided. */
  static void use(Device chosen) {
    device = chosen;
  }

  /** Where this process trains: as {@link #use} has decided, otherwise as auto does. */
  public static Device device() {
    Device chosen = device;
    return chosen == null ? use(DeviceChoice.AUTO) : chosen;
  }

  /** Looks for a GPU, with the build that is loaded: that for the processor never finds one. */
  public static Gpu gpu() {
    if (!hasGpuJars()) {
      return Gpu.NO_JARS;
    }
    load();
    if (!torch.hasCUDA()) {
      return Gpu.NO_LIBRARIES;
    }
    return torch.cuda_is_available() ? Gpu.FOUND : Gpu.NO_DEVICE;
  }

  private static boolean hasGpuJars() {
    return Engine.class.getResource(
            "/org/bytedeco/pytorch/"
                + Loader.getPlatform()
                + FOR_GPU
                + "/"
                + System.mapLibraryName("torch_cuda"))
        != null;
  }

  /**
   * Loads the engine unless it is loaded; one process after the other. JavaCPP unpacks a library
   * and loads it before it unpacks the next, so that of two processes that do so for the first time
   * the one maps files that the other still writes, and dies of SIGBUS (bytedeco/javacpp issue 608,
   * open).
   *
   * @throws UnsatisfiedLinkError if it cannot be unpacked, or is of another platform
   */
  public static void load() {
    if (!isLoaded) {
      loadOnce();
    }
  }

  private static synchronized void loadOnce() {
    if (isLoaded) {
      return;
    }
    try (FileChannel channel =
            FileChannel.open(
                Loader.getCacheDir().toPath().resolve(LOCK),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock unused = channel.lock()) {
      loadNow();
    } catch (IOException noLock) {
      // Where nothing can be written all is unpacked; a file system without locks is on its own.
      loadNow();
    }
    isLoaded = true;
  }

  private static void loadNow() {
    Object unused = Loader.load(torch.class);
    unused = Loader.load(openblas_nolapack.class);
  }

  /** Whether the class path has libtorch: a service that never trains can do without its weight. */
  public static boolean isPresent() {
    return Engine.class.getResource("/org/bytedeco/pytorch/global/torch.class") != null;
  }

  /**
   * Pins both thread pools, libtorch's and OpenBLAS's: left alone they fight over the cores, and a
   * step takes ten times as long. The setting holds for the process.
   */
  public static synchronized void pinThreads(int threads) {
    load();
    torch.set_num_threads(threads);
    openblas_nolapack.blas_set_num_threads(threads);
  }

  /** Versions for provenance, by component; and the device, where it is not the processor. */
  public static Map<String, String> versions() {
    Map<String, String> versions = new TreeMap<>();
    versions.put("libtorch", version(torch.class, "pytorch"));
    versions.put("openblas", version(openblas_nolapack.class, "openblas"));
    if (!device().equals(Device.CPU)) {
      versions.put("device", device().name());
    }
    return versions;
  }

  private static void setUnlessGiven(String property, String value) {
    System.setProperty(property, System.getProperty(property, value));
  }

  /** As the library's own Maven metadata says, such as {@code 2.10.0-1.5.13}. */
  private static String version(Class<?> of, String artifact) {
    try {
      return Loader.getVersion("org.bytedeco", artifact, of);
    } catch (IOException e) {
      return "unknown";
    }
  }
}
