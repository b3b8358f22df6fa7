package io.latentry.core.settings;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** A file of settings in YAML, and how its places are told. */
public record SettingsFile(Path file, String text) {
  /** A config is a page of text; anything larger is some other file. */
  private static final long MOST_BYTES = 1 << 20;

  /**
   * @throws IllegalArgumentException if it is too large to be one
   */
  public static SettingsFile read(Path file) throws IOException {
    long bytes = Files.size(file);
    if (bytes > MOST_BYTES) {
      throw new IllegalArgumentException(
          file + ": " + bytes + " bytes (expected: a YAML config of at most 1 MiB)");
    }
    try {
      return new SettingsFile(file, Files.readString(file));
    } catch (CharacterCodingException notText) {
      throw new FileSystemException(file.toString(), null, "no text in UTF-8 (expected: YAML)");
    } catch (FileSystemException named) {
      throw named;
    } catch (IOException nameless) {
      throw new FileSystemException(
          file.toString(), null, nameless.getMessage() + " (expected: a file of YAML)");
    }
  }

  /** {@code FILE line 3 column 5}. */
  public String place(JsonLocation at) {
    return file + " line " + at.getLineNr() + " column " + at.getColumnNr();
  }

  /** What is no YAML, with its place if that is known. */
  public IllegalArgumentException broken(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    return new IllegalArgumentException(
        (at == null ? file.toString() : place(at)) + ": " + words(e.getOriginalMessage()), e);
  }

  /**
   * Without the places and the pieces of the file that YAML's parser puts into lines of its own.
   */
  private static String words(String message) {
    return message
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith(" "))
        .collect(Collectors.joining(", "));
  }
}
