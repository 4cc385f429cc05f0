// Ten digits, clear, erase. It tells which key was pressed and remembers nothing.
import QtQuick
import "../theme"

Grid {
    id: pad
    readonly property int gap: Theme.px(24)
    readonly property int wide: Math.round((width - 2 * gap) / 3)
    property int tall: Math.max(Theme.key, Theme.px(158))

    signal digit(int value)
    signal erase
    signal clear

    columns: 3
    spacing: gap

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
