// The letters and digits of a code, by the alphabet: nothing that a code does not hold. It remembers no letter.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

Grid {
    id: keys
    // The height that it may take; where four rows are too many it has three.
    property int room: 4 * Theme.key + 3 * gap
    readonly property string letters: "ABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890"
    readonly property int gap: 12
    readonly property int smallest: 64
    readonly property int narrowest: 10 * smallest + 9 * gap
    readonly property bool flat: Math.floor((room - 3 * gap) / 4) < smallest
    readonly property int rows_: flat ? 3 : 4
    readonly property int wide: Math.floor((width - (columns - 1) * gap) / columns)
    readonly property int tall: Math.max(smallest, Math.min(Theme.key, Math.floor((room - (rows_ - 1) * gap) / rows_)))

    signal typed(string text)
    signal erase

    columns: flat ? 13 : 10
    spacing: gap

    Repeater {
        model: keys.letters.length
        Key {
            required property int index
            readonly property string letter: keys.letters[index]
            objectName: "letter_" + letter.toLowerCase()
            letterSized: true
            width: keys.wide
            height: keys.tall
            text: letter
            onPressed: keys.typed(letter)
        }
    }
    Key {
        objectName: "erase"
        width: keys.wide
        height: keys.tall
        icon: "backspace"
        text: qsTr("Delete the last letter")
        onPressed: keys.erase()
    }
}
