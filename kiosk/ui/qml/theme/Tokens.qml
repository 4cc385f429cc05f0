// The tokens as data: four schemes, four text sizes, one spacing. Nothing else may hold a colour or a size.
import QtQuick

QtObject {
    // Index of each list: light, black on white, white on black, soft dark.
    readonly property var colour: ({
        bg: ["#F2F5F9", "#FFFFFF", "#000000", "#1E2226"],
        surface: ["#FFFFFF", "#FFFFFF", "#000000", "#262B30"],
        sunken: ["#E4EAF2", "#FFFFFF", "#000000", "#1E2226"],
        text: ["#0F2240", "#000000", "#FFFFFF", "#B9BFC5"],
        muted: ["#41506A", "#000000", "#FFFFFF", "#B3B9BF"],
        outline: ["#5A6A84", "#000000", "#FFFFFF", "#959CA4"],
        divider: ["#CCD5E2", "#000000", "#FFFFFF", "#59616A"],
        primary: ["#003A80", "#000000", "#FFFFFF", "#A9C3E6"],
        primaryDown: ["#00234F", "#FFFFFF", "#000000", "#8FAED8"],
        primaryText: ["#FFFFFF", "#FFFFFF", "#000000", "#1A1E22"],
        primaryDownText: ["#FFFFFF", "#000000", "#FFFFFF", "#1A1E22"],
        header: ["#002B60", "#FFFFFF", "#000000", "#1A1E22"],
        headerText: ["#FFFFFF", "#000000", "#FFFFFF", "#B9BFC5"],
        headerMuted: ["#C9DAF0", "#000000", "#FFFFFF", "#B3B9BF"],
        headerOutline: ["#8FB2DD", "#000000", "#FFFFFF", "#959CA4"],
        headerArt: ["#2F62A6", "#FFFFFF", "#000000", "#2D3339"],
        stripe: ["#3B8EDB", "#000000", "#FFFFFF", "#A9C3E6"],
        selected: ["#E3EEFB", "#000000", "#FFFFFF", "#A9C3E6"],
        selectedText: ["#0F2240", "#FFFFFF", "#000000", "#1A1E22"],
        danger: ["#A01522", "#000000", "#FFFFFF", "#F2A9A4"],
        success: ["#0A5B3A", "#000000", "#FFFFFF", "#9AD2AE"],
        successText: ["#FFFFFF", "#FFFFFF", "#000000", "#1A1E22"],
        infoBg: ["#E3EEFB", "#FFFFFF", "#000000", "#262B30"],
        infoText: ["#00305F", "#000000", "#FFFFFF", "#B9BFC5"],
        focusOuter: ["#FFDD00", "#000000", "#FFDD00", "#FFDD00"],
        focusInner: ["#0F2240", "#FFFFFF", "#000000", "#1A1E22"],
        disabledText: ["#4A5972", "#000000", "#FFFFFF", "#A4ABB3"],
        disabledBg: ["#E4EAF2", "#FFFFFF", "#000000", "#262B30"],
        financial: ["#0B4F94", "#000000", "#FFFFFF", "#A9C3E6"],
        social: ["#8E2A4B", "#000000", "#FFFFFF", "#E6B3C4"],
        documents: ["#0A5C57", "#000000", "#FFFFFF", "#9FD3CC"],
        participation: ["#5A3A91", "#000000", "#FFFFFF", "#C8B8EC"],
        chipText: ["#FFFFFF", "#FFFFFF", "#000000", "#262B30"],
        // Ink on paper, in every scheme: a signature is dark on white.
        signing: ["#0F2240", "#000000", "#000000", "#1A1E22"],
        paper: ["#FFFFFF", "#FFFFFF", "#FFFFFF", "#FFFFFF"],
        scrim: ["#B30F2240", "#CC000000", "#CC000000", "#CC000000"],
        shadow: ["#03000000", "#00000000", "#00000000", "#00000000"],
        darkness: ["#000000", "#000000", "#000000", "#000000"],
        darknessText: ["#B9BFC5", "#FFFFFF", "#FFFFFF", "#B9BFC5"]
    })

    // Pixels at unit 1; index: standard, large, larger, largest.
    readonly property var type: ({
        display: [60, 62, 64, 66],
        h1: [46, 50, 54, 58],
        h2: [34, 39, 45, 52],
        body: [27, 32, 38, 46],
        label: [26, 31, 37, 46],
        caption: [23, 28, 34, 43],
        // A figure on a key.
        digit: [60, 66, 72, 78],
        // The header keeps its height, and so its letters have sizes of their own.
        headerName: [34, 35, 36, 37],
        headerClock: [40, 42, 44, 46],
        headerSmall: [23, 26, 28, 31],
        headerMark: [18, 20, 22, 25]
    })

    readonly property var space: [8, 16, 24, 32, 48, 64, 96]
    readonly property var radius: [8, 14, 22]
    readonly property var line: [2, 3, 3, 3]
    readonly property real lineStrong: 4
    readonly property var target: ({ normal: 76, big: 92, key: 116, tallKey: 184 })
    readonly property var bars: ({ headerLandscape: 116, headerPortrait: 136, footer: 128, stripe: 8 })
    readonly property var grid: ({
        landscape: { margin: 64, columns: 12, gutter: 32 },
        portrait: { margin: 48, columns: 6, gutter: 24 }
    })
    readonly property var motion: ({ fast: 90, normal: 160, slow: 1400, reading: 8000 })
    readonly property real leadingTight: 1.2
    readonly property real leadingBody: 1.45
    // Inter's own line, which Qt multiplies.
    readonly property real leadingNatural: 1.21
    readonly property string family: "Inter"
}
