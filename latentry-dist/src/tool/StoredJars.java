import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Writes the jars of folders anew with nothing in them compressed: the archive that they go into
 * then compresses all classes as one text, to four fifths, and Java need not inflate each. A jar
 * with libraries of machine code stays as it is, since they are unpacked from it anyway.
 */
public final class StoredJars {
  private static final List<String> MACHINE_CODE = List.of(".so", ".dll", ".dylib", ".jnilib");

  private StoredJars() {}

  public static void main(String[] folders) throws IOException {
    // Some entries have their time in UTC as well, which is what is then read, in the zone of this
    // machine.
    TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    for (String folder : folders) {
      try (Stream<Path> files = Files.list(Path.of(folder))) {
        for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).sorted().toList()) {
          store(jar);
        }
      }
    }
  }

  private static void store(Path jar) throws IOException {
    Path beside = jar.resolveSibling(jar.getFileName() + ".part");
    try (ZipFile old = new ZipFile(jar.toFile())) {
      if (old.stream().anyMatch(StoredJars::isMachineCode)) {
        return;
      }
      try (ZipOutputStream stored = new ZipOutputStream(Files.newOutputStream(beside))) {
        stored.setMethod(ZipOutputStream.STORED);
        for (ZipEntry entry : (Iterable<ZipEntry>) old.stream().map(e -> (ZipEntry) e)::iterator) {
          put(entry, old, stored);
        }
      }
    }
    Files.move(beside, jar, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  private static void put(ZipEntry entry, ZipFile old, ZipOutputStream stored) throws IOException {
    byte[] content;
    try (InputStream in = old.getInputStream(entry)) {
      content = in.readAllBytes();
    }
    CRC32 sum = new CRC32();
    sum.update(content);
    ZipEntry same = new ZipEntry(entry.getName());
    // As it is written in the jar, a time of day without a zone.
    same.setTimeLocal(entry.getTimeLocal());
    same.setSize(content.length);
    same.setCrc(sum.getValue());
    stored.putNextEntry(same);
    stored.write(content);
    stored.closeEntry();
  }

  private static boolean isMachineCode(ZipEntry entry) {
    String name = entry.getName().toLowerCase(Locale.ROOT);
    return MACHINE_CODE.stream().anyMatch(name::endsWith);
  }
}
