// A browser has a WebSocket, and so has Node from version 22 on: node --import ./browser.mjs PROGRAM
import WebSocket from 'ws'

globalThis.WebSocket ??= WebSocket
