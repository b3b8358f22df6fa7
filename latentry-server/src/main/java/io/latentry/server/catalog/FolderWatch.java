package io.latentry.server.catalog;

import io.latentry.core.fault.FaultWords;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is new in the folder of models: files that changed and then held still from one look to the
 * next, and files that were missing in two looks. Used by one thread.
 */
final class FolderWatch {
  private static final String SUFFIX = ".onnx";

  /** A name goes into paths and metrics as it is; a leading dot would hide the file. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}");

  private final Path folder;

  /** Told apart without reading the file. */
  record Stamp(long bytes, FileTime modified, @Nullable Object key) {}

  /** A file that holds still. */
  record Still(String name, Path file, Stamp stamp) {}

  /**
   * @param still new or changed since it was {@link #handled}
   * @param missing names of the {@code expected} that are gone
   * @param unusable files whose names are none for a model, told once
   * @param unreadable names of files that nothing can be told of, and why
   * @param restless whether there is a file that may still be changing
   */
  record Look(
      List<Still> still,
      List<String> missing,
      List<Path> unusable,
      Map<String, String> unreadable,
      boolean restless) {}

  private final Map<String, Stamp> handled = new HashMap<>();
  private final Map<String, Stamp> seen = new HashMap<>();
  private final Set<String> missed = new HashSet<>();
  private final Set<Path> told = new HashSet<>();

  FolderWatch(Path folder) {
    this.folder = folder;
  }

  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  Path file(String name) {
    return folder.resolve(name + SUFFIX);
  }

  /**
   * @param expected names whose files were there so far
   * @param stillBefore a file unchanged since then need not be seen twice
   * @throws IOException if the folder cannot be read: that says nothing of its files
   */
  Look look(Set<String> expected, Instant stillBefore) throws IOException {
    List<Path> unusable = new ArrayList<>();
    Map<String, String> unreadable = new TreeMap<>();
    Map<String, Stamp> now = stamps(unusable, unreadable);
    List<Still> still = new ArrayList<>();
    boolean restless = false;
    for (Map.Entry<String, Stamp> entry : now.entrySet()) {
      String name = entry.getKey();
      Stamp stamp = entry.getValue();
      if (stamp.equals(handled.get(name))) {
        continue;
      }
      if (stamp.equals(seen.get(name)) || stamp.modified().toInstant().isBefore(stillBefore)) {
        still.add(new Still(name, file(name), stamp));
      } else {
        restless = true;
      }
    }
    Set<String> absent = new TreeSet<>(expected);
    absent.removeAll(now.keySet());
    // It is there, and what it held before may be there again.
    absent.removeAll(unreadable.keySet());
    List<String> missing = absent.stream().filter(missed::contains).toList();
    missed.clear();
    missed.addAll(absent);
    handled.keySet().retainAll(now.keySet());
    seen.clear();
    seen.putAll(now);
    return new Look(still, missing, unusable, unreadable, restless);
  }

  /** Whether a file is as it was when it was found still. */
  boolean isUnchanged(Still file) throws IOException {
    return stamp(file.file()).equals(Optional.of(file.stamp()));
  }

  /** The file is not named again until it changes. */
  void handled(Still file) {
    handled.put(file.name(), file.stamp());
  }

  /** The file is named again though it does not change. */
  void forget(String name) {
    handled.remove(name);
  }

  private Map<String, Stamp> stamps(List<Path> unusable, Map<String, String> unreadable)
      throws IOException {
    Map<String, Stamp> stamps = new TreeMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      for (Path file : files) {
        String fileName = String.valueOf(file.getFileName());
        String name = fileName.substring(0, fileName.length() - SUFFIX.length());
        if (isName(name)) {
          try {
            stamp(file).ifPresent(stamp -> stamps.put(name, stamp));
          } catch (IOException e) {
            // A link in a circle, or into a folder without permission: the others are to go on.
            unreadable.put(name, FaultWords.of(e));
          }
        } else if (!fileName.startsWith(".") && told.add(file)) {
          unusable.add(file);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return stamps;
  }

  private static Optional<Stamp> stamp(Path file) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return Optional.of(
          new Stamp(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey()));
    } catch (NoSuchFileException gone) {
      if (Files.isSymbolicLink(file)) {
        throw new FileSystemException(file.toString(), null, "a link to a file that is not there");
      }
      return Optional.empty();
    }
  }
}
