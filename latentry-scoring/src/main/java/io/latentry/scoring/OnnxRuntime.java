package io.latentry.scoring;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.latentry.core.fault.FaultWords;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The process's one ONNX Runtime, kept quiet. */
final class OnnxRuntime {
  private OnnxRuntime() {}

  /**
   * @throws IllegalStateException if its library cannot be loaded, each time alike
   */
  static OrtEnvironment environment() {
    try {
      return Holder.ENVIRONMENT;
    } catch (ExceptionInInitializerError | NoClassDefFoundError failed) {
      throw new IllegalStateException(notLoaded(failed), failed);
    }
  }

  private static String notLoaded(Throwable failed) {
    Throwable root = failed;
    for (Throwable cause = root.getCause(); cause != null; cause = cause.getCause()) {
      root = cause;
    }
    return "ONNX Runtime: its library cannot be loaded: %s (expected: a folder for temporary files"
            .formatted(FaultWords.of(root))
        + " that can be written and runs programs, now %s); name another by"
            .formatted(System.getProperty("java.io.tmpdir"))
        + " JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=FOLDER";
  }

  /** A session on one thread: many callers share it, and rows are spread over them instead. */
  static OrtSession open(byte[] model) throws OrtException {
    // Before anything of the binding, which would load its library its own way.
    OrtEnvironment environment = environment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      return environment.createSession(model, options);
    }
  }

  /** Made on first use, since loading the native library takes a tenth of a second. */
  private static final class Holder {
    static final OrtEnvironment ENVIRONMENT = create();

    private static OrtEnvironment create() {
      OrtEnvironment environment = NativeLibrary.load();
      try {
        environment.setTelemetry(false);
      } catch (OrtException e) {
        throw new IllegalStateException("telemetry: cannot be switched off", e);
      }
      return environment;
    }
  }

  /**
   * The engine's library. By itself the binding unpacks it into a temporary folder that stays there
   * after every run, empty, and with its 24 MB after one that was killed. Where a file that is
   * loaded may go, it goes at once. Whoever may run nothing from the folder for temporary files
   * names another in {@value #UNPACK_PROPERTY}.
   */
  private static final class NativeLibrary {
    private static final String FOLDER_PROPERTY = "onnxruntime.native.path";

    /** A folder to unpack in. */
    private static final String UNPACK_PROPERTY = "latentry.native.folder";

    private static final List<String> NAMES = List.of("onnxruntime", "onnxruntime4j_jni");

    static OrtEnvironment load() {
      if (System.getProperty(FOLDER_PROPERTY) == null) {
        try {
          Optional<Path> unpacked = unpacked();
          if (unpacked.isPresent()) {
            return loadFrom(unpacked.get());
          }
        } catch (IOException noRoom) {
          // The binding tells it, with its own words, if it fares no better.
        }
        return environment();
      }
      OrtEnvironment environment = environment();
      deleteOwnFolder();
      return environment;
    }

    private static OrtEnvironment loadFrom(Path folder) throws IOException {
      System.setProperty(FOLDER_PROPERTY, folder.toString());
      try {
        return environment();
      } finally {
        System.clearProperty(FOLDER_PROPERTY);
        delete(folder);
        deleteOwnFolder();
      }
    }

    /** The binding makes a folder even where it has nothing to unpack, and forgets it. */
    private static void deleteOwnFolder() {
      try {
        Field field = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("tempDirectory");
        field.setAccessible(true);
        if (field.get(null) instanceof Path empty) {
          boolean unused = Files.deleteIfExists(empty);
        }
      } catch (ReflectiveOperationException | InaccessibleObjectException | IOException stays) {
        // An empty folder is left, then.
      }
    }

    private static OrtEnvironment environment() {
      return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "latentry");
    }

    /** Empty on a system that keeps the files of what is loaded, or that has no library there. */
    private static Optional<Path> unpacked() throws IOException {
      String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
      boolean mac = system.contains("mac");
      if (!mac && !system.contains("linux")) {
        return Optional.empty();
      }
      String machine =
          switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> "x64";
            case "aarch64", "arm64" -> "aarch64";
            default -> "other";
          };
      String from = "/ai/onnxruntime/native/" + (mac ? "osx-" : "linux-") + machine + "/";
      String within = System.getProperty(UNPACK_PROPERTY);
      Path folder =
          within == null
              ? Files.createTempDirectory("latentry-engine-")
              : Files.createTempDirectory(
                  Files.createDirectories(Path.of(within)), "latentry-engine-");
      for (String name : NAMES) {
        String file = System.mapLibraryName(name);
        try (InputStream library = OrtEnvironment.class.getResourceAsStream(from + file)) {
          if (library == null) {
            delete(folder);
            return Optional.empty();
          }
          long unused = Files.copy(library, folder.resolve(file));
        } catch (IOException e) {
          delete(folder);
          throw e;
        }
      }
      return Optional.of(folder);
    }

    private static void delete(Path folder) throws IOException {
      for (String name : NAMES) {
        boolean unused = Files.deleteIfExists(folder.resolve(System.mapLibraryName(name)));
      }
      boolean unused = Files.deleteIfExists(folder);
    }
  }
}
