package io.latentry.cli.show;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Checks of the machine itself: Java, cores, memory, disk. */
final class MachineChecks {
  private static final int OLDEST_JAVA = 17;
  private static final long LITTLE_HEAP_BYTES = 512L << 20;
  private static final long LITTLE_DISK_BYTES = 1L << 30;

  private MachineChecks() {}

  static List<DoctorCheck> all() {
    return List.of(
        MachineChecks::java, MachineChecks::cores, MachineChecks::memory, MachineChecks::disk);
  }

  private static Finding java() {
    String detail =
        System.getProperty("java.vm.name")
            + " "
            + Runtime.version()
            + " on "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch");
    return Runtime.version().feature() >= OLDEST_JAVA
        ? Finding.ok("Java", detail)
        : Finding.failed("Java", detail, "use Java 17 or newer: set LATENTRY_JAVA or JAVA_HOME");
  }

  private static Finding cores() {
    return Finding.ok("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
  }

  private static Finding memory() {
    long heap = Runtime.getRuntime().maxMemory();
    String detail = gigabytes(physicalMemory()) + " in the machine, heap up to " + gigabytes(heap);
    return heap >= LITTLE_HEAP_BYTES
        ? Finding.ok("memory", detail)
        : Finding.warning("memory", detail, "give more with LATENTRY_HEAP=2g");
  }

  private static long physicalMemory() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean machine
        ? machine.getTotalMemorySize()
        : Runtime.getRuntime().maxMemory();
  }

  private static Finding disk() throws IOException {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    long free = Files.getFileStore(temporary).getUsableSpace();
    String detail = gigabytes(free) + " free in " + temporary;
    return free >= LITTLE_DISK_BYTES
        ? Finding.ok("disk", detail)
        : Finding.warning("disk", detail, "free some space, or point TMPDIR elsewhere");
  }

  private static String gigabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
  }
}
