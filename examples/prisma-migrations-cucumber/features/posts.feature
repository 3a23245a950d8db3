Feature: Posts

  Scenario Outline: "<title>" is post 1 and issue 100
    Given the author "ada@example.com"
    When "ada@example.com" writes "<title>" in "News"
    And "<title>" becomes PUBLISHED
    Then Post contains:
      | id | title   | state     | slug   | issue |
      | 1  | <title> | PUBLISHED | <slug> | 100   |
    And _CategoryToPost contains:
      | A | B |
      | 1 | 1 |
    And AuditEntry contains:
      | id | table | operation |
      | 1  | Post  | INSERT    |
      | 2  | Post  | UPDATE    |

    Examples:
      | title     | slug      |
      | Hello all | hello-all |
      | Goodbye   | goodbye   |

  Scenario: Published posts have different slugs
    Given the author "ada@example.com"
    When "ada@example.com" writes "Hello all" in "News"
    And "ada@example.com" writes "Rest" in "Essays"
    And "Hello all" becomes PUBLISHED
    And "Rest" becomes ARCHIVED
    Then PublishedPost contains:
      | slug      | issue |
      | hello-all | 100   |

  Scenario: Drafts are visible to their authors only
    Given the author "ada@example.com"
    And the author "bob@example.com"
    When "ada@example.com" writes "Draft of Ada" in "News"
    And "bob@example.com" writes "Draft of Bob" in "News"
    And "bob@example.com" writes "Published" in "News"
    And "Published" becomes PUBLISHED
    Then "ada@example.com" sees "Draft of Ada, Published"
    And "BOB@example.com" sees "Draft of Bob, Published"
