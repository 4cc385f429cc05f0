// Ten digits, clear, erase. It tells which key was pressed and remembers nothing.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

Grid {
    id: pad
    // The height that it may take; where four rows are too many it has two.
    property int room: 4 * Theme.key + 3 * gap
    readonly property int gap: Math.max(12, Theme.px(Theme.lowReach ? 14 : Theme.portrait ? 20 : 24))
    readonly property int quarter: Math.floor((room - 3 * gap) / 4)
    readonly property bool flat: !Theme.portrait && quarter < Theme.target
    readonly property int wide: Math.floor((width - (columns - 1) * columnSpacing) / columns)
    readonly property int tall: flat ? Math.max(Theme.target, Math.floor((room - gap) / 2))
                                : Math.max(Theme.target, Theme.portrait ? Math.min(Theme.tallKey, quarter) : quarter)

    signal digit(int value)
    signal erase
    signal clear

    columns: flat ? 6 : 3
    rowSpacing: gap
    columnSpacing: Math.max(gap, Theme.px(Theme.portrait ? 24 : 0))

    Repeater {
        model: 9
        Key {
            required property int index
            objectName: "key_" + (index + 1)
            width: pad.wide
            height: pad.tall
            text: index + 1
            onPressed: pad.digit(index + 1)
        }
    }
    Key {
        objectName: "key_clear"
        width: pad.wide
        height: pad.tall
        // Six in a row are too narrow for a word.
        icon: pad.flat ? "eraser" : ""
        text: qsTr("Clear")
        words: true
        onPressed: pad.clear()
    }
    Key {
        objectName: "key_0"
        width: pad.wide
        height: pad.tall
        text: "0"
        onPressed: pad.digit(0)
    }
    Key {
        objectName: "key_erase"
        width: pad.wide
        height: pad.tall
        icon: "backspace"
        text: qsTr("Delete the last digit")
        onPressed: pad.erase()
    }
}
