Feature: The contract, to read and to try

  @remote
  Scenario: The contract is complete
    When somebody asks for the contract
    Then it documents every endpoint, with every status that it can answer
    And it documents nothing that is not there

  @remote
  Scenario: The page
    When somebody opens the documentation
    Then it is a page that loads nothing from elsewhere

  @remote
  Scenario Outline: What the page needs: <file>
    When somebody loads "<file>" for the documentation
    Then it is of the type "<type>"

    Examples:
      | file                 | type                           |
      | swagger-ui.css       | text/css; charset=utf-8        |
      | swagger-ui-bundle.js | text/javascript; charset=utf-8 |
      | start.js             | text/javascript; charset=utf-8 |

  @remote
  Scenario Outline: What the page does not need: <file>
    When somebody loads "<file>" for the documentation
    Then it is refused with 404 not_found

    Examples:
      | file                   |
      | package.json           |
      | ..%2Fpackage.json      |
      | ..%2F..%2Fpackage.json |
      | __proto__              |
      | toString               |
      | %00                    |

  @proves:docs.enabled
  Scenario: The operator hides the documentation, and shows it again
    Given somebody opens the documentation
    And it succeeds
    When the operator sets docs.enabled to false
    And somebody opens the documentation
    Then it is refused with 404 not_found
    When somebody asks for the contract
    Then it is refused with 404 not_found
    When the operator sets docs.enabled to true
    And somebody asks for the contract
    Then it documents nothing that is not there

  Scenario: Hidden documentation hides its parts
    Given the operator has set docs.enabled to false
    When somebody loads "start.js" for the documentation
    Then it is refused with 404 not_found
