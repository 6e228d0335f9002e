/** Something that was started and can be ended, once or many times. */
export interface Disposable {
  dispose(): void | Promise<void>;
}
