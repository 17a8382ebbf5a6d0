package dev.zlayer.overlay.state;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Why a file operation failed, without the path that the JDK's messages begin with. */
public final class IoReason {
  private IoReason() {}

  /** As in {@code permission denied}. */
  public static String of(IOException failure) {
    return switch (failure) {
      case AccessDeniedException _ -> "permission denied";
      case NoSuchFileException _ -> "no such file or directory";
      case FileAlreadyExistsException _ -> "it exists already";
      case DirectoryNotEmptyException _ -> "directory not empty";
      case FileSystemException e when e.getReason() != null -> e.getReason();
      default -> failure.getMessage() == null ? failure.toString() : failure.getMessage();
    };
  }
}
