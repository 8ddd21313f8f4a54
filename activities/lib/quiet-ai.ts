/**
 * `ai` writes a provider's warnings to stderr through process.emitWarning. Ours go back to the caller, who stores them
 * with the step, so the log stays free of them. Import this beside `ai`.
 */
globalThis.AI_SDK_LOG_WARNINGS = false;
