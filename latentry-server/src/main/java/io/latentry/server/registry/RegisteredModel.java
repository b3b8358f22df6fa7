package io.latentry.server.registry;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A model as the registry knows it.
 *
 * @param champion a number of one of {@code versions}
 * @param served whether it is to answer
 * @param fileDigest SHA-256 of NAME.onnx in the folder of models when it was last taken in
 * @param filePresent whether that file was there when last looked for
 * @param versions oldest first, numbered from 1 without a gap; at least one
 * @param formerChampions numbers, the one before the present champion last
 */
public record RegisteredModel(
    String name,
    int champion,
    boolean served,
    Optional<String> fileDigest,
    boolean filePresent,
    List<RegisteredVersion> versions,
    List<Integer> formerChampions) {

  public Optional<RegisteredVersion> version(int number) {
    return number < 1 || number > versions.size()
        ? Optional.empty()
        : Optional.of(versions.get(number - 1));
  }

  public Optional<RegisteredVersion> versionOf(String digest) {
    return versions.stream().filter(version -> version.digest().equals(digest)).findFirst();
  }

  /** Whom a roll back would make champion. */
  public OptionalInt formerChampion() {
    return formerChampions.isEmpty()
        ? OptionalInt.empty()
        : OptionalInt.of(formerChampions.get(formerChampions.size() - 1));
  }

  /** The newest version, if it is newer than the champion and never was champion itself. */
  public OptionalInt candidate() {
    RegisteredVersion newest = versions.get(versions.size() - 1);
    return newest.number() > champion && !newest.wasChampion()
        ? OptionalInt.of(newest.number())
        : OptionalInt.empty();
  }
}
