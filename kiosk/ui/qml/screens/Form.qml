// One setting is typed, on the screen's own keyboard or a real one. Its keys stand whole; what is said of it may page.
import QtQuick
import "../theme"
import "../controls"

Screen {
    id: screen
    property string typed: shown.value

    onShownChanged: typed = shown.value
    Connections {
        target: screen.stage
        function onTextAsked() {
            screen.stage.enter(screen.typed);
        }
    }

    WordsAndKeys {
        id: place
        // In the larger letters the words want what the keys can spare.
        keysWidth: Theme.textSize > 1 ? Math.max(keyboard.narrowest, Theme.span(7)) : Theme.span(8)
        words: [
            Advisory {
                most: parent ? parent.width : 0
                text: screen.shown.stamp || ""
            },
            Words {
                width: parent.width
                role: "h2"
                wrapMode: Text.Wrap
                text: screen.shown.title
            },
            // Beside the fault there is no room for what everybody has read before the first try.
            Words {
                width: parent.width
                visible: screen.shown.fault === ""
                role: "caption"
                wrapMode: Text.Wrap
                text: screen.shown.lead.length ? screen.shown.lead[0].text : ""
            },
            Notice {
                width: parent.width
                kind: "warning"
                text: screen.shown.fault
            }
        ]
        typed: Field {
            width: parent.width
            bare: true
            label: screen.shown.label
            most: 2
            role: Theme.textSize > 1 ? "body" : "h2"
            wrapMode: Text.WrapAnywhere
            text: screen.typed
            wrong: screen.shown.fault !== ""
        }
        keys: Keyboard {
            id: keyboard
            width: parent.width
            letters: screen.shown.letters
            room: place.room
            onTyped: text => screen.typed += text
            onErase: screen.typed = screen.typed.slice(0, -1)
        }
    }
}
